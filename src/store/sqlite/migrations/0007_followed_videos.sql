-- In the order of the feed, for the videos of whom somebody follows. What isn't shown is in no feed.
CREATE INDEX videos_shown ON videos (author_id, published_at) WHERE published_at IS NOT NULL;
