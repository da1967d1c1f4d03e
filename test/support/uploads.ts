// Moved; this goes when nobody imports it any more.

export * from './data-files.ts'
export * from './until.ts'
export * from './upload.ts'
