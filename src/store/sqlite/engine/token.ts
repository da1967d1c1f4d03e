/**
 * What each commit writes last, so that a write-ahead log can be told from that of another state of
 * the file (see foreign-log.ts): it draws a token and names that of the commit before it.
 */
export const drawTokenSql = `UPDATE commits SET previous = token, token = unhex(
  hex(randomblob(8)) || printf('%08x', (SELECT schema_version FROM pragma_schema_version)))
  WHERE id = 1`

/** Bytes of a token: eight of chance, four of the version of the schema. */
export const tokenBytes = 12

/** The version of the schema at the time of a commit, by its token in hex. */
export const schemaOf = (token: string): number => Number.parseInt(token.slice(16), 16)
