/**
 * Codes the model gives: ISO 639-1 where there is one, else ISO 639-3. Its 176 labels (fastText lid.176, Joulin et al., 2016).
 */
export const languages: readonly string[] =
  "af am an ar arz as ast av az azb ba bar bcl be bg bh bn bo bpy br bs bxr ca cbk ce ceb co cs cv cy da de dsb dty dv el eml en eo es et eu fa fi fr frr fy ga gd gl gn gom gsw gu gv he hi hif hr hsb ht hu hy ia id ie ilo io is it ja jbo jv ka kk km kmr kn ko krc ku kv kw ky la lb lez li lmo lo lrc lt lv mai mg mhr min mk ml mn mr mrj ms mt mwl my myv mzn nah nap nds ne new nl no oc ory os pa pam pfl pl pms pnb ps pt qu rm ro ru rue sa sah sc scn sco sd sh si sk sl so sq sr su sv sw ta te tg th tk tl tr tt tyv ug uk ur uz vec vep vi vls vo wa war wuu xal xmf yi yo yue zh zza".split(
    " ",
  );
