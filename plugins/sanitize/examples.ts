import type { Example } from "../../src/core/plugin.ts";

const instructions = (...texts: readonly string[]) =>
  texts.map((instruction, i) => ({ id: String(i + 1), instruction }));

const becomes = (text: string, sanitizeClass: string) =>
  ({ keep: true, contents: [text], tags: { sanitize_class: sanitizeClass } }) as const;

export const sanitizeExamples: readonly Example<Record<string, unknown>, never>[] = [
  {
    title: "Labels, list marks and wrapping are removed",
    records: instructions(
      "**Question**: How do vaccines work? Give details.",
      "1. What is entropy? Explain it.",
      '"How can I plan a fundraising event?"',
      "Prompt: Task: Describe a cat.\n",
    ),
    outcomes: [
      becomes("How do vaccines work? Give details.", "label"),
      becomes("What is entropy? Explain it.", "list_mark"),
      becomes("How can I plan a fundraising event?", "wrapping"),
      becomes("Describe a cat.", "white_space+label"),
    ],
  },
  {
    title: "Leaked answers and turns are cut",
    records: instructions(
      "Compute 3*7.\nAnswer: 21",
      "Compute 3*7. The answer is: 21",
      "Solve 2x = 6.\n\n## Step 1: Divide by 2\nx = 3",
      "Can you explain DNS?\nassistant\n\nSure! DNS is",
      "Can you explain DNS?<|im_end|>\n<|im_start|>assistant\nSure!",
    ),
    outcomes: [
      becomes("Compute 3*7.", "answer"),
      becomes("Compute 3*7.", "answer"),
      becomes("Solve 2x = 6.", "step"),
      becomes("Can you explain DNS?", "role_header"),
      becomes("Can you explain DNS?", "role_header"),
    ],
  },
  {
    title: "What may be the author's stays",
    records: instructions(
      "3.14 is pi. What is e? And what is their sum?",
      "hello) world",
      "Translate the following sentence:\nHello *world*",
      "* Item one\n* Item two",
      "Question 1: Why?\nQuestion 2: Why not?",
      "Is this answer right?\nAnswer: 21",
      "Act as my assistant, please.",
    ),
    outcomes: [
      becomes("3.14 is pi. What is e? And what is their sum?", "none"),
      becomes("hello) world", "none"),
      becomes("Translate the following sentence:\nHello *world*", "none"),
      becomes("* Item one\n* Item two", "none"),
      becomes("Question 1: Why?\nQuestion 2: Why not?", "none"),
      becomes("Is this answer right?\nAnswer: 21", "none"),
      becomes("Act as my assistant, please.", "none"),
    ],
  },
  {
    title: "The published rules, with what they lose",
    with: { compat: "paper", rules: "llama-3" },
    records: instructions("Q2. Why is the sky blue? And the sea?", "Compute 3*7.\nAnswer: 21"),
    outcomes: [becomes("Why is the sky blue?", "99.1"), becomes("Compute 37.", "99.2")],
  },
  {
    title: "All user turns of a conversation",
    with: { turns: "all" },
    records: [
      {
        id: "talk",
        messages: [
          { role: "user", content: "Task: Name a prime." },
          { role: "assistant", content: "Task: done. 7" },
          { role: "user", content: "Another?" },
        ],
      },
    ],
    outcomes: [
      {
        keep: true,
        contents: ["Name a prime.", "Task: done. 7", "Another?"],
        tags: { sanitize_class: "label,none" },
      },
    ],
  },
];
