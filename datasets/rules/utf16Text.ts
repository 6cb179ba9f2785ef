/** SQL: the text with each character beyond U+FFFF as two, as JavaScript counts; the two are in no class of their own. */
export function utf16Text(sql: string): string {
  return `regexp_replace(${sql}, '[\\x{10000}-\\x{10FFFF}]', chr(57344) || chr(57344), 'g')`;
}
