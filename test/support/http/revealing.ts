/** What a response must never have in it: where it was made, how, or of what. */
export const revealing =
  /SQLITE|\bSELECT\b|INSERT INTO|DELETE FROM|node_modules|bun:|\.ts:\d|\n\s+at |<html|<!doctype|TypeError|ReferenceError|ENOENT|EACCES/i
