/** Names of pipelines, topics and stages. The length leaves room for suffixes such as `.quarantine` within 249 characters. */
export const namePattern = "^[a-z0-9][a-z0-9._-]{0,200}$";

/** What a name must be, as said in a problem. */
export const nameExpectation =
  'a name of at most 201 characters from a-z, 0-9, ".", "_" and "-" that starts with a letter or digit';

const namePatternRegExp = new RegExp(namePattern);

export function isName(text: string): boolean {
  return namePatternRegExp.test(text);
}
