-- How often a video was watched. Nothing else says so: it is not counted from rows.
ALTER TABLE video_counts ADD COLUMN play_count INTEGER NOT NULL DEFAULT 0;
