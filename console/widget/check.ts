// The check of a form that tells people from programs, where the form's inbox asks for one. Its maker's script draws it;
// all three take the same calls.

export interface Check {
  verifier: "hcaptcha" | "turnstile" | "recaptcha";
  site_key: string;
}

export interface Shown {
  // An answer is good for one time.
  again: () => void;
}

interface Maker {
  render: (place: HTMLElement, options: Record<string, unknown>) => unknown;
  reset: (shown: unknown) => void;
}

const SCRIPTS = {
  hcaptcha: "https://js.hcaptcha.com/1/api.js?render=explicit&recaptchacompat=off",
  turnstile: "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit",
  recaptcha: "https://www.google.com/recaptcha/api.js?render=explicit",
};
const NAMES = { hcaptcha: "hcaptcha", turnstile: "turnstile", recaptcha: "grecaptcha" };
const LOOKED_EVERY = 100;
const WAITED_FOR = 15_000;

// Draws it. `script`: where its maker's script is, "" for the usual place. `told`: the answer, "" once it is stale, or null
// when the check cannot be made here: of a site that its maker does not know, or in a browser that it cannot use. It may be
// passed after that all the same. Rejects when it cannot be shown: blocked, offline, or not allowed by the page's policy.
export async function showCheck(check: Check, script: string, place: HTMLElement, language: string, told: (answer: string | null) => void): Promise<Shown> {
  const maker = await makerOf(check, script || SCRIPTS[check.verifier]);
  const stale = () => told("");
  const shown = maker.render(place, { sitekey: check.site_key, hl: language, language, callback: told, "expired-callback": stale, "error-callback": () => told(null) });
  return { again: () => maker.reset(shown) };
}

function makerOf(check: Check, address: string): Promise<Maker> {
  const here = () => (globalThis as unknown as Record<string, Maker | undefined>)[NAMES[check.verifier]];
  return new Promise((found, failed) => {
    if (!here()) {
      const script = document.createElement("script");
      script.src = address;
      script.async = true;
      script.onerror = () => failed(new Error("blocked"));
      document.head.append(script);
    }
    const until = Date.now() + WAITED_FOR;
    const look = () => {
      const maker = here();
      if (typeof maker?.render === "function") found(maker);
      else if (Date.now() > until) failed(new Error("not loaded"));
      else setTimeout(look, LOOKED_EVERY);
    };
    look();
  });
}
