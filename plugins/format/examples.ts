import type { Example } from "../../src/core/plugin.ts";
import type { formatReasons } from "./reasons.ts";

type FormatReason = keyof typeof formatReasons;

const loop = "Welcome to the world of innovation and of many new ideas! ".repeat(8);

export const formatExamples: readonly Example<Record<string, unknown>, FormatReason>[] = [
  {
    title: "Languages, code, sums and emoji are fine; an instruction need not be answered yet",
    records: [
      { id: "code", instruction: "What does `for (i=0; i<3; i++) {}` print?", response: "Nothing. 👍" },
      { id: "chinese", instruction: "请用Python的random模块写一个程序。" },
      { id: "japanese", instruction: "Pythonでリストを並べ替える方法を教えてください。" },
      { id: "arabic", instruction: "اكتب قصيدة قصيرة عن المطر." },
      { id: "sum", instruction: "2+2=?", response: "4" },
    ],
    outcomes: [{ keep: true }, { keep: true }, { keep: true }, { keep: true }, { keep: true }],
  },
  {
    title: "Turns that are missing, blank or too short",
    records: [
      { id: "no user", conversations: [{ from: "gpt", value: "Hello." }] },
      { id: "blank", instruction: " \n " },
      { id: "no answer", instruction: "What is entropy?", response: "" },
      { id: "letter", instruction: "a" },
    ],
    outcomes: [
      { keep: false, reasons: ["no_instruction"] },
      { keep: false, reasons: ["empty_instruction"] },
      { keep: false, reasons: ["empty_response"] },
      { keep: false, reasons: ["instruction_too_short"] },
    ],
  },
  {
    title: "Texts that were cut off or announce what does not come",
    records: [
      {
        id: "cut",
        messages: [{ role: "user", content: "Write about the", generation: { finishReason: "length" } }],
      },
      { id: "colon", instruction: "Translate the following sentence into French:" },
    ],
    outcomes: [
      { keep: false, reasons: ["truncated"] },
      { keep: false, reasons: ["ends_with_colon"] },
    ],
  },
  {
    title: "Residue of the chat template",
    records: [
      { id: "token", instruction: "What is entropy?<|eot_id|>" },
      { id: "header", instruction: "What is entropy?\nassistant\n\nEntropy is a measure of disorder." },
      { id: "word", instruction: "Act as my travel assistant\nand plan a weekend in Oslo." },
    ],
    outcomes: [
      { keep: false, reasons: ["leaked_special_token"] },
      { keep: false, reasons: ["leaked_role_header"] },
      { keep: true },
    ],
  },
  {
    title: "Loops and gibberish",
    records: [
      { id: "loop", instruction: "Say hello.", response: loop },
      { id: "scripts", instruction: "Please explain Buttersbуbs and PLNLBTRuitнос to me." },
      { id: "lost", instruction: "I am looking for a park in Biddefo�." },
      { id: "marks", instruction: "###🌟👹👺👶###🌱🔬📦# **💬👏👰💳👧** !!!" },
    ],
    outcomes: [
      { keep: false, reasons: ["repetitive"] },
      { keep: false, reasons: ["gibberish"] },
      { keep: false, reasons: ["broken_encoding"] },
      { keep: false, reasons: ["few_letters"] },
    ],
  },
];
