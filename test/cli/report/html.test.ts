import { expect, test } from "vitest";
import { html, recordText } from "../../../src/cli/report/page/html.ts";

test("texts are escaped, in elements and in attributes; markup is not", () => {
  const hostile = `</script><script>alert('x')</script>" onload="y" & more`;
  expect(html`<p title="${hostile}">${hostile}</p>`.text).toBe(
    `<p title="${"&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;y&quot; &amp; more"}">&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;y&quot; &amp; more</p>`,
  );
  expect(html`<ul>${["<a>", html`<li>${1}</li>`, undefined, [html`<li/>`]]}</ul>`.text).toBe(
    "<ul>&lt;a&gt;<li>1</li><li/></ul>",
  );
});

test("characters that are not seen are replaced, and shown by their numbers in a record's text", () => {
  const hostile = "a\u0000b\u202ec\ud800d\u001b[31m\u2066\n\te\r\nf\r<";
  expect(html`${hostile}`.text).toBe("a\ufffdb\ufffdc\ufffdd\ufffd[31m\ufffd\n\te\ufffd\nf\ufffd&lt;");
  const shown = (number: string) => `<span class="unseen">U+${number}</span>`;
  expect(recordText(hostile).text).toBe(
    `a${shown("0000")}b${shown("202E")}c${shown("D800")}d${shown("001B")}[31m${shown("2066")}\n\te\nf${shown("000D")}&lt;`,
  );
});
