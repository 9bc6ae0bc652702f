/** Reason code → sentence. */
export const formatReasons = {
  no_instruction: "There is no user turn.",
  empty_instruction: "A user turn is blank.",
  empty_response: "An assistant turn is blank.",
  instruction_too_short: "The instruction has {observed} characters; at least {limit} are wanted.",
  truncated: "{observed} turns were cut off at the token limit.",
  ends_with_colon: "The instruction ends with a colon: what it announces is missing.",
  leaked_special_token: "The turns hold {observed} chat-template tokens; at most {limit} are allowed.",
  leaked_role_header: "{observed} lines begin with a leaked role header; at most {limit} are allowed.",
  repetitive: "A share of {observed} of one turn repeats itself; at most {limit} is allowed.",
  gibberish: "{observed} words mix scripts that never share a word; at most {limit} are allowed.",
  broken_encoding: "{observed} characters are broken; at most {limit} are allowed.",
  few_letters: "A share of {observed} of an instruction is letters or digits; at least {limit} is wanted.",
} as const;
