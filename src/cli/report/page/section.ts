import { type Content, type Html, html } from "./html.ts";

export function section(id: string, title: string, about: string, ...content: readonly Content[]): Html {
  return html`
<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<p class="about">${about}</p>
${content}
</section>`;
}
