/** The phrases of a text, which slashes and line ends separate. */
export const list = (text: string): readonly string[] => text.trim().split(/\s*[/\n]\s*/)
