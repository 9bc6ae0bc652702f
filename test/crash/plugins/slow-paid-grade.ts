import paidGrade from "./paid-grade.ts";

/** The same grader on every machine, also where it stands behind a stateful stage. */
export default { ...paidGrade, meta: { ...paidGrade.meta, slow: true } };
