import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTextMeter } from "../../plugins/format/measure-text.ts";
import format from "../../plugins/format/plugin.ts";
import type { MagpieRecord, Turn } from "../../src/core/record.ts";
import { anyText } from "./any-text.ts";

const config = {
  minInstructionChars: 2,
  minLetterShare: 0.2,
  allowTrailingColon: false,
  allowTruncated: false,
  maxSpecialTokens: 0,
  maxRoleHeaders: 0,
  maxBrokenChars: 0,
  maxMixedScriptWords: 0,
  maxRepetition: 0.5,
};

const measureText = createTextMeter();

async function codes(...turns: readonly Turn[]): Promise<readonly string[]> {
  const record: MagpieRecord = { id: "1", turns, provenance: {}, measures: {}, tags: {}, extra: {} };
  const instance = await format.setup(config, {} as Parameters<typeof format.setup>[1]);
  const [measures] = await instance.measure([record], new AbortController().signal);
  const verdict = format.decide(measures as Parameters<typeof format.decide>[0], config);
  return verdict.keep ? [] : verdict.reasons.map((reason) => reason.code);
}

const user = (content: string): Turn => ({ role: "user", content });
const assistant = (content: string): Turn => ({ role: "assistant", content });

const poem = `Oh, the river runs down to the sea,
${["the first light", "the old mill", "the grey stone", "the last boat"]
  .map(
    (thing, i) => `Past ${thing} it carries my song number ${"abcd"[i]},
With nobody listening there but the ${["crow", "heron", "otter", "moon"][i]},
And ${["softly", "gravely", "slowly", "gladly"][i]} it answers whoever has asked,
Oh, the river runs down to the sea, to the sea, oh, the river runs down to the sea.`,
  )
  .join("\n\n")}`;

const table = `| a | b | c |\n${"|---|---|---|\n".repeat(3)}${"| 0 | 0 | 1 |\n".repeat(40)}`;

const code = `switch (key) {
${["up", "down", "left", "right", "home", "end"]
  .map((key, i) => `  case "${key}":\n    cursor.move(${i}, { by: line });\n    break;`)
  .join("\n")}
}`;

describe("legitimate turns are kept", () => {
  it.each<[string, readonly Turn[]]>([
    ["a poem with a refrain", [user("Write a ballad."), assistant(poem)]],
    ["a table of numbers", [user("Show the matrix."), assistant(table)]],
    ["code of like lines", [user("Write the key handler."), assistant(code)]],
    ["a regular expression", [user("Match dates."), assistant("/^\\d{4}-\\d{2}-\\d{2}$/")]],
    ["mathematics", [user("Prove that ∀ε>0 ∃δ>0: |x−a|<δ ⇒ |f(x)−f(a)|<ε for f(x)=x².")]],
    ["ASCII art", [user("Draw a cat."), assistant(" /\\_/\\\n( o.o )\n > ^ <\n".repeat(3))]],
    ["emoji", [user("What film is 🦁👑? 👍🏽 👩‍👩‍👧"), assistant("👑")]],
    ["Chinese with Latin names", [user("请用Python的random模块和NumPy库写一个程序，计算π的近似值。")]],
    [
      "Japanese in three scripts",
      [user("Pythonでソートするコードを書いて、O(n log n)である理由を説明して。")],
    ],
    ["Korean with Latin names", [user("Python을 사용해서 HTTP서버를 만들어 주세요.")]],
    ["Arabic and Hebrew", [user("ترجم الجملة التالية إلى العبرية"), assistant("שלום, מה שלומך היום?")]],
    ["Hindi and Thai", [user("नमस्ते का थाई में अनुवाद करें"), assistant("สวัสดีครับ ยินดีที่ได้รู้จัก")]],
    ["Russian with a loan", [user("Как открыть PDFку на телефоне и в USB-порт вставить флешку?")]],
    ["Greek letters in units", [user("Convert 5 μTorrent packets to ΔHfus of αvalue.")]],
    ["phonetic letters", [user("How do you say Myanmar, /miˈɛnmɑːr/ or /maɪˈænmɑːr/?")]],
    [
      "HTML",
      [user("What does <s>old</s> <b>new</b> mean in HTML?"), assistant("<s> strikes out: <s>old</s>")],
    ],
    ["the word assistant", [user("Act as my assistant\nand answer: who is the assistant of whom?")]],
    ["a dialogue", [user("User: Hi!\nAssistant: Hello.\nUser: What now?")]],
    ["a pipe operator", [user("In F#, what do `f <| x |> g` and `a |> b` do?")]],
    ["a system turn of any form", [{ role: "system", content: "" }, user("Hi there")]],
  ])("%s", async (_, turns) => {
    expect(await codes(...turns)).toEqual([]);
  });
});

describe("broken turns are dropped for every reason that applies", () => {
  it.each<[string, readonly Turn[], readonly string[]]>([
    ["no turns", [], ["no_instruction"]],
    [
      "a blank instruction and a blank answer",
      [user("\u3000\n"), assistant("")],
      ["empty_instruction", "empty_response"],
    ],
    ["a later blank user turn", [user("Hi there"), assistant("Hello"), user(" ")], ["empty_instruction"]],
    ["one letter", [user(" x ")], ["instruction_too_short"]],
    ["a colon under bold", [user("**Write about this topic:** \n")], ["ends_with_colon"]],
    ["a full-width colon", [user("请翻译下面的句子：")], ["ends_with_colon"]],
    [
      "a cut-off answer",
      [user("Count."), { ...assistant("1, 2,"), generation: { finishReason: "length" } }],
      ["truncated"],
    ],
    ["an end-of-turn token", [user("Hi there<|im_end|>")], ["leaked_special_token"]],
    ["DeepSeek's token", [user("Hi there"), assistant("Yo<｜end▁of▁sentence｜>")], ["leaked_special_token"]],
    ["Gemma's tokens", [user("Hi<end_of_turn>\n<start_of_turn>model")], ["leaked_special_token"]],
    ["Llama 2's tokens", [user("Hi [/INST] Yo </s><s> [INST] Bye")], ["leaked_special_token"]],
    ["an end of text", [user("Hi there"), assistant("Yo</s>")], ["leaked_special_token"]],
    ["a bare header", [user("Hi there\nassistant\n\nHello")], ["leaked_role_header"]],
    ["Vicuna's header", [user("Hi there\nASSISTANT: Hello")], ["leaked_role_header"]],
    ["Alpaca's header", [user("Hi there\n### Response:\nHello")], ["leaked_role_header"]],
    [
      "a loop of words",
      [user("Hi there"), assistant("I am a being of the land. ".repeat(20))],
      ["repetitive"],
    ],
    ["a loop of Han", [user("你好"), assistant("我们的未来一定会更加美好。".repeat(12))], ["repetitive"]],
    ["a wall of emoji", [user("🌳".repeat(60))], ["repetitive", "few_letters"]],
    ["homoglyphs", [user("Buy the Buttersbуbs now")], ["gibberish"]],
    ["Arabic inside Latin words", [user("Canبشرب I do TdiisThusرisanh it")], ["gibberish"]],
    ["Han inside a Latin word", [user("Read the Pro纸verse file")], ["gibberish"]],
    ["a lost character", [user("A park in Biddefo\ufffd.")], ["broken_encoding"]],
    ["half a surrogate pair", [user("A tree \ud83c")], ["broken_encoding"]],
  ])("%s", async (_, turns, reasons) => {
    expect(await codes(...turns)).toEqual(reasons);
  });
});

describe("measuring a text", () => {
  it("finds no repetition where no run of eight tokens comes back", () => {
    const words = Array.from(
      { length: 500 },
      (_, i) => `w${i.toString(36).replace(/\d/g, "z")}q${"x".repeat(i % 7)}${i}`,
    );
    expect(measureText(words.join(" ")).repetition).toBeLessThan(0.01);
  });

  it("gives the share of tokens that end a repeated run", () => {
    const words = Array.from({ length: 40 }, (_, i) =>
      String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26), 120),
    );
    expect(measureText(`${words.join(" ")} ${words.join(" ")}`).repetition).toBe(33 / 80);
  });

  it("gives shares within 0 and 1 and counts code points of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const form = measureText(text);
        expect(form.letterShare).toBeGreaterThanOrEqual(0);
        expect(form.letterShare).toBeLessThanOrEqual(1);
        expect(form.chars).toBeLessThanOrEqual([...text].length);
        expect(measureText(text)).toEqual(form);
      }),
    );
  });

  it("does not depend on the text before", () => {
    const first = measureText(poem);
    measureText("a loop ".repeat(9000));
    expect(measureText(poem)).toEqual(first);
  });
});
