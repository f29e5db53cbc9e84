/**
 * The shapes of secrets and personal data. Token formats follow the public rule sets of gitleaks
 * (https://github.com/gitleaks/gitleaks, MIT) and secretlint (https://github.com/secretlint/secretlint, MIT), and the
 * vendors' own pages on their prefixes; IBAN is ISO 13616, card numbers ISO/IEC 7812 (Luhn). Those tools scan
 * repositories (asynchronously, a file at a time), which is why only their knowledge is used here and not their code.
 * To add one: a rule here, a line in test/digest/redact.test.ts.
 */
export interface RedactionRule {
  readonly kind: string;
  /** Cheap test that must hold before `pattern` is tried. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  /** Group 1 stays and group 2 is the secret; otherwise the whole match is. */
  readonly keepsPrefix?: boolean;
  readonly accepts?: (secret: string) => boolean;
}

/**
 * False for nearly all log lines; every rule's hint implies it. Plain searches, because one pattern of forty
 * alternatives costs thirty times as much on a line that has none of them.
 */
export function mayHoldSecret(text: string): boolean {
  if (digitGroups.test(text) || longRun.test(text)) return true;
  const lower = text.toLowerCase();
  for (const part of telltales) if (lower.includes(part)) return true;
  return false;
}

const digitGroups = /\d{4}[ -]?\d{4}|\d{4}[ -]\d{6}|\d-\d{2}-\d{4}|\+\d/;
const longRun = /[A-Za-z0-9+/]{60}/;
const telltales =
  "@ ://  -----begin a3t akia asia abia acca eyj xox xapp- gho_ ghp_ ghu_ ghs_ ghr_ github_pat glpat- sk_ rk_ sk- npm_ aiza ya29 sg. do_v1 dop_v1 doo_v1 dor_v1 pass pwd secret token credential key auth bearer basic cookie sess signature otp verification one-time phone mobile msisdn whsec_ gocspx- hf_ pypi-ag shpat_ shpca_ shppa_ shpss_ hvs. hvb. hvr. dckr_pat_ lin_api_ pmak- nrak- dapi glsa_ xkeysib- age-sec".split(
    / +/,
  );

export const redactionRules: readonly RedactionRule[] = [
  {
    kind: "private-key",
    hint: /-----BEGIN/,
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  {
    kind: "url-password",
    hint: /:\/\//,
    // A number before a slash is a port, and what follows a path; else slashes and at-signs may be of the password.
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:)(?!\d{1,5}\/)([^\s"'<>]{1,200})(?=@[\w.[-])/gi,
    keepsPrefix: true,
  },
  { kind: "aws-access-key", hint: /A[3KSBC][TICI]/, pattern: /\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g },
  {
    kind: "aws-secret-key",
    hint: /aws|secret/i,
    pattern:
      /((?:aws.{0,20}|secret[_-]?access[_-]?key)["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?)([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    keepsPrefix: true,
  },
  { kind: "jwt", hint: /eyJ/, pattern: /\beyJ[\w-]{8,}\.(?:eyJ)?[\w-]{8,}(?:\.[\w-]*)?/g },
  { kind: "slack-token", hint: /xox|xapp-/, pattern: /\b(?:xox[abeoprs]-[\w-]{8,}|xapp-\d-[\w-]{8,})/gi },
  {
    kind: "slack-webhook",
    hint: /hooks\.slack/,
    pattern: /(https:\/\/hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)([\w/+-]{10,})/g,
    keepsPrefix: true,
  },
  {
    kind: "github-token",
    hint: /gh[opusr]_|github_pat/,
    pattern: /\b(?:gh[opusr]_[A-Za-z0-9]{30,255}|github_pat_\w{60,255})/g,
  },
  { kind: "gitlab-token", hint: /glpat-/, pattern: /\bglpat-[\w-]{20,}/g },
  { kind: "stripe-key", hint: /[sr]k_/, pattern: /\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,99}/g },
  {
    kind: "api-key",
    hint: /sk-/,
    pattern: /\bsk-(?:ant-|proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}/g,
    accepts: hasDigit,
  },
  { kind: "npm-token", hint: /npm_/, pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: "google-key", hint: /AIza|ya29/, pattern: /\bAIza[\w-]{35}|\bya29\.[\w-]{20,}/g },
  { kind: "sendgrid-key", hint: /SG\./, pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g },
  { kind: "digitalocean-token", hint: /do[opr]_v1/, pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  {
    kind: "vendor-token",
    hint: /whsec_|GOCSPX-|hf_|pypi-Ag|shp(?:at|ca|pa|ss)_|hv[sbr]\.|dckr_pat_|lin_api_|PMAK-|NRAK-|dapi|glsa_|xkeysib-|AGE-SEC/,
    pattern:
      /\b(?:whsec_[\w+/=]{20,}|GOCSPX-[\w-]{20,}|hf_[A-Za-z]{30,}|pypi-Ag[\w-]{20,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|hv[sbr]\.[\w-]{20,}|dckr_pat_[\w-]{20,}|lin_api_\w{30,}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|NRAK-[A-Z0-9]{20,}|dapi[a-f0-9]{32}|glsa_\w{30,}|xkeysib-[\w-]{40,}|AGE-SECRET-KEY-1[A-Z0-9]{50,})/g,
  },
  {
    // A key's body on lines of their own: mixed case and digits, where hashes and ids keep to one case.
    kind: "key-material",
    hint: /[A-Za-z0-9+/]{60}/,
    pattern: /(?<![^\s"'])[A-Za-z0-9+/]{60,76}={0,2}(?![^\s"'])/g,
    accepts: (text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !text.startsWith("/"),
  },
  {
    kind: "authorization",
    hint: /bearer|basic|authorization/i,
    pattern:
      /(\b(?:authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token|digest|negotiate)?|bearer|basic)\s{1,3})([\w.~+/=-]{8,})/gi,
    keepsPrefix: true,
    accepts: looksRandom,
  },
  {
    kind: "cookie",
    hint: /cookie/i,
    pattern:
      /(\b(?:set-)?cookie["']?\s{0,3}[:=]\s{0,3}["']?)([^\s"'=]{1,40}=[^\s"';]*(?:; ?[^\s"';=]{1,40}=[^\s"';]*)*)/gi,
    keepsPrefix: true,
  },
  {
    kind: "password",
    hint: /pass|pwd/i,
    pattern:
      /((?:password|passwd|passphrase|pwd|passcode)\\{0,3}["']?\s{0,3}(?:=>|[:=])\s{0,3}\\{0,3}["']?)((?<=")[^"\\\n]{1,200}(?=\\{0,3}")|(?<=')[^'\n]{1,200}(?=')|[^\s"',;&)}\]\\]{1,200})/gi,
    keepsPrefix: true,
    accepts: (value) => !isStatusWord(value),
  },
  {
    kind: "password",
    hint: /--(?:pass|pwd|token|secret|api-key)|(?:password|passwd|pwd|passcode) (?:is|was)/i,
    pattern:
      /(--(?:password|passwd|pass|pwd|token|secret|api-key)\s{1,3}|(?:password|passwd|pwd|passcode) (?:is|was)\s{1,3})([^\s"',;]{4,200})/gi,
    keepsPrefix: true,
    accepts: (value) => hasDigit(value) && !isStatusWord(value),
  },
  {
    kind: "one-time-code",
    hint: /otp|code/i,
    pattern:
      /(\b(?:otp|(?:verification|one-time|2fa|mfa|login|security)\s(?:pass)?code)\b[^\d\n]{0,12})(\d{4,8})(?![\d.:-])/gi,
    keepsPrefix: true,
  },
  {
    kind: "secret",
    hint: /secret|token|key|credential|auth|signature|sess/i,
    pattern:
      /((?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|credentials?|auth[_-]?key|x-amz-(?:signature|credential|security-token)|sess(?:ion)?[_-]?id|\bsignature)\\{0,3}["']?\s{0,3}(?:=>|[:=])\s{0,3}\\{0,3}["']?)([^\s"',;&)}\]\\]{8,})/gi,
    keepsPrefix: true,
    accepts: (value) => looksRandom(value) && !isStatusWord(value),
  },
  {
    kind: "email",
    hint: /@/,
    pattern: /\b[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g,
    // `git@host:path` is where a repository is.
    accepts: (address) => !address.startsWith("git@"),
  },
  {
    kind: "card",
    hint: /\d{4}[ -]?\d{4}|\d{4}[ -]\d{6}/,
    pattern: /(?<![\w.-])(?:\d[ -]?){12,18}\d(?![\w.-]*\d)/g,
    accepts: isCardNumber,
  },
  {
    kind: "iban",
    hint: /[A-Z]{2}\d{2}/,
    pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g,
    accepts: isIban,
  },
  { kind: "ssn", hint: /\d-\d{2}-\d/, pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g },
  {
    kind: "phone",
    hint: /\+\d/,
    pattern: /(?<![\w+.])\+\d{1,3}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}(?![\w.-]*\d)/g,
    accepts: isPhone,
  },
  {
    kind: "phone",
    hint: /phone|mobile|msisdn/i,
    pattern: /(\b(?:phone|mobile|msisdn)\w{0,10}["']?\s{0,3}[:=]\s{0,3}["']?)(\+?\(?\d[\d ().-]{7,18}\d)(?![\w-])/gi,
    keepsPrefix: true,
    accepts: isPhone,
  },
];

function isStatusWord(value: string): boolean {
  return /^(?:null|nil|none|undefined|true|false|yes|no|missing|invalid|expired?|required|empty|failed|rejected|denied|accepted|incorrect|unset|set|ok|changed|reset|\*+|x{3,}|<.*|\$.*|%.*|\[.*|\{.*)$/i.test(
    value,
  );
}

/** A generated value, not a word: digits among letters, or mixed case, or long. */
function looksRandom(value: string): boolean {
  if (/^[a-z]+$/i.test(value)) return value.length >= 20 || (/[a-z][A-Z]/.test(value) && value.length >= 14);
  return hasDigit(value) || value.length >= 20;
}

function hasDigit(value: string): boolean {
  return /\d/.test(value);
}

/** Luhn's check, a real issuer's first digit, and not one digit repeated. */
function isCardNumber(value: string): boolean {
  const digits = value.replace(/[ -]/g, "");
  if (digits.length < 13 || digits.length > 19 || !/^[2-6]/.test(digits) || /^(\d)\1+$/.test(digits)) return false;
  // Milliseconds and nanoseconds since 1970 have 13 to 19 digits without separators; cards have 14 to 16 in practice.
  if (value === digits && (digits.length < 14 || digits.length > 16)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function isIban(value: string): boolean {
  const compact = value.replace(/ /g, "");
  if (compact.length < 15 || compact.length > 34) return false;
  const digits = (compact.slice(4) + compact.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  let remainder = 0;
  for (const digit of digits) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
}

function isPhone(value: string): boolean {
  const digits = value.replace(/\D/g, "").length;
  return digits >= 9 && digits <= 15;
}
