// Moved; this goes when nobody imports it any more.
export * from './json-schema.ts'
