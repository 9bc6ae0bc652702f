/** By ASCII character: 1 for what prose has little of and code much. */
export const codeCharacters = new Uint8Array(128);

for (const character of "{}[]()<>=;+*/\\|&^~$#_`") codeCharacters[character.charCodeAt(0)] = 1;
