/** Answered by a model that says what it was told, and asks for a number that follows from the seed. */
export const examples = [
  {
    title: "Answers the last turn, and the turns before it are part of the question",
    with: { model: "teacher" },
    records: [
      { id: "first", messages: [{ role: "user", content: "Why is the sky blue?" }] },
      {
        id: "second",
        messages: [
          { role: "user", content: "Hello." },
          { role: "assistant", content: "Hello!" },
          { role: "user", content: "Why is the sky blue?" },
        ],
      },
    ],
    outcomes: [
      { keep: true, contents: ["Why is the sky blue?", "You said: Why is the sky blue?"] },
      {
        keep: true,
        contents: ["Hello.", "Hello!", "Why is the sky blue?", "You said: Why is the sky blue?"],
      },
    ],
  },
  {
    title: "Goes on with the conversation, in both roles",
    with: { model: "teacher", turns: 2 },
    records: [{ id: "first", messages: [{ role: "user", content: "Why?" }] }],
    outcomes: [{ keep: true, contents: ["Why?", "You said: Why?", "What is 6?", "You said: What is 6?"] }],
  },
  {
    title: "Where the user did not speak last there is nothing to answer",
    with: { model: "teacher" },
    records: [{ id: "answered", instruction: "Why?", response: "Because." }],
    outcomes: [{ error: "NO_QUESTION" }],
  },
] as const;
