/** Reason code → sentence. */
export const formatReasons = {
  no_instruction: "There is no user turn.",
  empty_instruction: "A user turn is blank.",
  empty_response: "An assistant turn is blank.",
  instruction_too_short: "Characters in the instruction: {observed}; at least {limit} wanted.",
  truncated: "Turns cut off at the token limit: {observed}.",
  ends_with_colon: "The instruction ends with a colon: what it announces is missing.",
  leaked_special_token: "Chat-template tokens in the turns: {observed}; at most {limit} allowed.",
  leaked_role_header: "Lines that begin with a leaked role header: {observed}; at most {limit} allowed.",
  repetitive: "Share of a turn that repeats itself: {observed}; at most {limit} allowed.",
  gibberish: "Words that mix scripts which never share a word: {observed}; at most {limit} allowed.",
  broken_encoding: "Broken characters: {observed}; at most {limit} allowed.",
  few_letters: "Share of letters and digits in an instruction: {observed}; at least {limit} wanted.",
} as const;
