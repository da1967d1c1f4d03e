/**
 * A password as it is hashed, RFC 8265's OpaqueString: every space is the one of ASCII, and letters
 * are composed, so that two keyboards that write `é` differently open the same account. Null if it has
 * control characters or none at all. Invisible characters stay, which the RFC refuses: emoji are made
 * with them.
 * @see https://www.rfc-editor.org/rfc/rfc8265#section-4.2
 */
export function opaqueString(password: string): string | null {
  const prepared = password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
  return prepared === '' || /\p{Cc}/u.test(prepared) ? null : prepared
}
