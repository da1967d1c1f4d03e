// Moved; this goes when nobody imports it any more.
export * from './raw-request.ts'
