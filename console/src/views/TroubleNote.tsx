// Something went wrong: what, and behind a click what the hub says of it, in English.

import { t } from "../texts.ts";
import type { Trouble } from "../trouble.ts";

export function TroubleNote({ trouble }: { trouble: Trouble }) {
  return <div class="trouble" role="alert"><TroubleWords trouble={trouble} /></div>;
}

export function TroubleWords({ trouble }: { trouble: Trouble }) {
  return (
    <div>
      <p>{trouble.words}</p>
      {trouble.details && <details><summary>{t("problem.details")}</summary><p lang="en">{trouble.details}</p></details>}
    </div>
  );
}
