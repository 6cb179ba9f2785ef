/** An expression over a row of the contract. Null must not come. */
export interface QueryColumn {
  readonly sql: string;
  readonly as: 'float' | 'double' | 'text';
}
