/** Multiplier of the polynomials that join several u32 to one: 2^32 over the golden ratio, made prime (Knuth's is 2654435761). */
export const joiner = 0x9e3779b1;
