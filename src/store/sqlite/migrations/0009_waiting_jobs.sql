-- How many uploads of an author wait for their rendition is counted before one more is taken.
CREATE INDEX jobs_author ON jobs (author_id) WHERE kind = 'render';
