-- Since when a video is on the way to be removed, which is many transactions where many liked it. Nobody
-- sees it meanwhile, and whatever stops that is gone on with.
ALTER TABLE videos ADD COLUMN removing_at INTEGER;
CREATE INDEX videos_removing ON videos (id) WHERE removing_at IS NOT NULL;
