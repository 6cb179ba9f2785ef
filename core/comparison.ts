/** How a column's value is compared to another. */
export type Comparison = 'above' | 'atLeast' | 'below' | 'atMost' | 'equals' | 'differsFrom';
