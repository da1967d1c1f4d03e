// Moved; this goes when nobody imports it any more.

export * from './api.ts'
export * from './server.ts'
export * from './temporary-directory.ts'
