import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sanitiseFixed } from "../../plugins/sanitize/fixed.ts";
import { sanitisePaper } from "../../plugins/sanitize/paper.ts";
import { anyText } from "./any-text.ts";

/** Measured on the reference implementation: input, output and class under the rules of llama-3, then of gemma-2. */
const golden: readonly (readonly [string, string, string, string, string])[] = [
  ["What is 2+2?\n\nThe answer is 4.", "What is 2+2?", "99.1", "What is 2+2?", "6.1"],
  ["1. What is entropy? Explain it.", "What is entropy?", "99.1", "What is entropy?", "6.1"],
  ["a) Solve x+1=2", "Solve x+1=2", "99.2", "Solve x+1=2", "6.2"],
  [
    "Task: Write a haiku about rain.",
    "Write a haiku about rain.",
    "99.2",
    "Write a haiku about rain.",
    "6.2",
  ],
  [
    "**Question**: How do vaccines work? Give details.",
    ": How do vaccines work?",
    "99.1",
    ": How do vaccines work?",
    "6.1",
  ],
  [
    "## Problem: Find the area of a circle of radius 3.",
    "Find the area of a circle of radius 3.",
    "99.2",
    "Find the area of a circle of radius 3.",
    "6.2",
  ],
  ["Question 3: Name three primes.", "Name three primes.", "99.2", "Name three primes.", "6.2"],
  ["Q2. Why is the sky blue? And the sea?", "Why is the sky blue?", "99.1", "Why is the sky blue?", "6.1"],
  ["* Item one\n* Item two", "Item one", "99.2", "Item one", "6.2"],
  ["**Topic** What is DNA? It is a molecule.", "Topic What is DNA?", "1", "Topic What is DNA?", "1"],
  ['"Where is my mind?" is a song by which band?', "Where is my mind?", "2.1", "Where is my mind?", "2.1"],
  [
    '"Carpe diem" means seize the day.\nDiscuss.',
    "Carpe diem means seize the day.",
    "2.2",
    "Carpe diem means seize the day.",
    "2.2",
  ],
  [
    "<b>Bold</b> *title* here\nmore",
    "<b>Bold</b> title here\nmore",
    "3",
    "<b>Bold</b> title here\nmore",
    "3",
  ],
  ["Compute 3*7. The answer is: 21", "Compute 3*7.", "4", "Compute 3*7.", "4"],
  ["Compute 3*7.\nAnswer: 21", "Compute 37.", "99.2", "Compute 37.", "6.2"],
  ["Pick one. Correct answer: B", "Pick one.", "4", "Pick one.", "4"],
  ["Write a plan.\n# Step 1: do x\n## Step 2", "Write a plan.", "5", "Write a plan.", "6.2"],
  [
    "Translate the following sentence:\nHello world",
    "Translate the following sentence:",
    "6.3",
    "Translate the following sentence:",
    "5.3",
  ],
  ["Consider the list:\n# Heading\nWhat now?", "Consider the list:", "6.1", "Consider the list:", "5.1"],
  [
    "Consider this case:\nIs it legal? Why?",
    "Consider this case:\nIs it legal?",
    "6.2",
    "Consider this case:\nIs it legal?",
    "5.2",
  ],
  ["A**bold** statement? sure", "Abold statement?", "99.1", "Abold statement?", "6.1"],
  ["The **first** point? yes", "The **first** point?", "99.1", "The **first** point?", "6.1"],
  ["Prompt: Task: Describe a cat.", "Describe a cat.", "99.2", "Describe a cat.", "6.2"],
  ["3.14 is pi. What is e?", "14 is pi. What is e?", "99.1", "14 is pi. What is e?", "6.1"],
  ["hello) world", "world", "99.2", "world", "6.2"],
  ["", "", "99.2", "", "6.2"],
];

describe("the published sanitiser", () => {
  it.each(golden)("gives what the reference gives for %j", (input, llama, llamaClass, gemma, gemmaClass) => {
    expect(sanitisePaper(input, "llama-3")).toEqual({ text: llama, class: llamaClass });
    expect(sanitisePaper(input, "gemma-2")).toEqual({ text: gemma, class: gemmaClass });
  });

  it("reads digits, letters and white space as Unicode does, save the byte-order mark", () => {
    expect(sanitisePaper("٣. ما هي الإنتروبيا", "llama-3")).toEqual({
      text: "ما هي الإنتروبيا",
      class: "99.2",
    });
    expect(sanitisePaper("é) Résous x+1=2", "llama-3")).toEqual({ text: "Résous x+1=2", class: "99.2" });
    expect(sanitisePaper("\u001c\u0085\u3000Name a prime.\u001f", "llama-3").text).toBe("Name a prime.");
    expect(sanitisePaper("\ufeffName a prime.", "llama-3").text).toBe("\ufeffName a prime.");
  });

  it("cuts too late when two prefixes stood before an answer, as the reference does", () => {
    expect(sanitisePaper("Prompt: Task: Compute 😀. The answer is: 21", "llama-3")).toEqual({
      text: "Compute 😀. The an",
      class: "4",
    });
  });
});

describe("the fixed sanitiser", () => {
  const repaired: readonly (readonly [string, string, string])[] = [
    ["  What is entropy?\n\n", "What is entropy?", "white_space"],
    ["Task: Write a haiku about rain.", "Write a haiku about rain.", "label"],
    ["**Question**: How do vaccines work? Give details.", "How do vaccines work? Give details.", "label"],
    ["**Question:** How do vaccines work?", "How do vaccines work?", "label"],
    ["## Problem: Find the area.", "Find the area.", "label"],
    ["## Problem\n\nFind the area.", "Find the area.", "label"],
    ["### **Task:**\nFind the area.", "Find the area.", "label"],
    ["Q2. Why is the sky blue? And the sea?", "Why is the sky blue? And the sea?", "label"],
    ["Prompt: Task: Describe a cat.", "Describe a cat.", "label"],
    ["1. What is entropy? Explain it.", "What is entropy? Explain it.", "list_mark"],
    ["a) Solve x+1=2", "Solve x+1=2", "list_mark"],
    ["• Can you explain DNS?", "Can you explain DNS?", "list_mark"],
    ["1、什么是熵？", "什么是熵？", "list_mark"],
    ['"How can I plan an event?"', "How can I plan an event?", "wrapping"],
    ["“It will stay as it was.”", "It will stay as it was.", "wrapping"],
    ["**Write a haiku about rain.**", "Write a haiku about rain.", "wrapping"],
    ["<b>Write a haiku.</b>", "Write a haiku.", "wrapping"],
    ['**Task:** "Write a haiku."', "Write a haiku.", "label+wrapping"],
    ["What is 2+2?\n\nThe answer is 4.", "What is 2+2?", "answer"],
    ["Compute 3*7. The answer is: 21", "Compute 3*7.", "answer"],
    ["Compute 3*7.\nAnswer: 21", "Compute 3*7.", "answer"],
    ["Compute 3*7.\n\n**Answer:** 21\n\nExplanation: 3 times 7 is 21.", "Compute 3*7.", "answer"],
    ["Pick one. Correct answer: B", "Pick one.", "answer"],
    ["Question: What is 2+2?\nAnswer: 4", "What is 2+2?", "answer+label"],
    ["Answer the question: what is 2+2?\nAnswer: 4", "Answer the question: what is 2+2?", "answer"],
    ["Write a plan.\n# Step 1: do x\n## Step 2", "Write a plan.", "step"],
    ["Explain DNS.\nassistant\n\nSure!", "Explain DNS.", "role_header"],
    [
      "Explain DNS.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nSure!",
      "Explain DNS.",
      "role_header",
    ],
    ["Explain DNS.<end_of_turn>\n<start_of_turn>model\nSure!", "Explain DNS.", "role_header"],
    ["Explain DNS.<|im_end|>", "Explain DNS.", "special_token"],
    ["Explain DNS.</s>", "Explain DNS.", "special_token"],
  ];

  it.each(repaired)("makes of %j what was meant", (input, text, residues) => {
    expect(sanitiseFixed(input)).toEqual({ text, class: residues });
  });

  const untouched = [
    "",
    "3.14 is pi. What is e?",
    "hello) world",
    "Compute 3*7.",
    "Is 3 * 7 * 2 = 42? Show it. Then 4 * 5?",
    "* Item one\n* Item two",
    "1. e4 e5 2. Nf3 Nc6: which opening is it?",
    "1. FC Köln gegen wen?",
    "19. may - 2020\n20. March - 2021",
    "- 5 + 3 is what?",
    "A**bold** statement? sure",
    "**Topic** What is DNA? It is a molecule.",
    "**Bold** and **bolder**",
    '"Where is my mind?" is a song by which band?',
    '"Carpe diem" means seize the day.\nDiscuss.',
    "<b>Bold</b> *title* here\nmore",
    "Translate the following sentence:\nHello world",
    "Consider the list:\n# Heading\nWhat now?",
    "Consider this case:\nIs it legal? Why?",
    "Question 1: Why?\nQuestion 2: Why not?",
    "Context: Jan went home.\nQuestion: Where is Jan?",
    "Is this answer right?\nAnswer: 21",
    "Grade the student.\nAnswer: 21",
    "Translate to French.\nThe answer is: yes",
    "Which is it?\n(A) Yes.\n(B) No.\n\nThe answer is:",
    "Answer: Rockets obtain thrust.\nQuestion: how do they fly?",
    "What follows?\nAnswer: 2\nAnswer: 4",
    "Write the code below:\n```\nAnswer: 21\n```",
    "Rewrite this recipe.\n## Step 1: Mix",
    "Improve the steps below\n## Step 1: Mix",
    "My assistant quit. Write to the assistant: thanks!",
    "Reverse this word:\nassistant",
    "What does <|endoftext|> mean in GPT-2?",
    "What does the token <|im_end|>",
    "What does HTML show for <s>old</s>",
    "请翻译：\n你好，世界",
    "اكتب قصيدة قصيرة عن المطر.",
  ];

  it.each(untouched)("leaves %j as it is", (text) => {
    expect(sanitiseFixed(text)).toEqual({ text, class: "none" });
  });

  const pieces = fc.constantFrom(
    ...[
      "1. ",
      "a) ",
      "- ",
      "**",
      '"',
      "Task: ",
      "**Question**: ",
      "## Problem\n",
      "Write a poem.",
      "What is it?",
    ],
    ...[
      "\nAnswer: 4",
      " The answer is: 4",
      "\n## Step 1\n",
      "\nassistant\n",
      "<|im_end|>",
      " ",
      "\r\n",
      "你好",
      "😀",
      "\ud800",
    ],
  );
  const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(""));

  it("needs no second repair", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = sanitiseFixed(text).text;
        expect(sanitiseFixed(once)).toEqual({ text: once, class: "none" });
      }),
    );
  });

  it("gives a part of the text it was given, and never nothing of something", () => {
    fc.assert(
      fc.property(fc.oneof(texts, anyText), (text) => {
        const repairedText = sanitiseFixed(text).text;
        expect(text.includes(repairedText)).toBe(true);
        if (/[\p{L}\p{N}]/u.test(text)) expect(repairedText).not.toBe("");
      }),
    );
  });
});
