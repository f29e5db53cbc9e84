/**
 * Reasons why a log line looks written for the model that will read it. A flag and nothing more: the line is still
 * counted and shown, because an attacker must not be able to hide an error by adding such words to it, and because
 * policy never reads log text anyway.
 */
export function suspicionsOf(text: string): readonly string[] {
  const reasons: string[] = [];
  // Underscores stand for spaces in text that has been through a file name or an identifier.
  const head = (text.length > 4000 ? text.slice(0, 4000) : text).replaceAll("_", " ");
  for (const [reason, pattern] of signs) if (pattern.test(head)) reasons.push(reason);
  return reasons;
}

const signs: readonly (readonly [string, RegExp])[] = [
  [
    "asks to ignore instructions",
    /\b(?:ignore|disregard|forget|override|bypass|do not follow|don't follow)\b.{0,40}\b(?:previous|prior|above|earlier|preceding|all|any|your|the|system|safety)\b.{0,40}\b(?:instructions?|iunstructions?|prompts?|rules?|guidelines?|directions?|commands?|polic(?:y|ies)|messages?|context|training|data|text|logs?|rest|everything)\b|\bforget everything\b|\bignore (?:this|these|the|all|any|previous)?\s?(?:instructions?|data|logs?)\b/i,
  ],
  [
    "speaks to the model",
    /\b(?:you are (?:now|an? (?:ai|assistant|agent|language model))|as an ai\b|dear (?:ai|assistant|agent|model)|(?:attention|note to|message (?:to|for)|instructions? (?:to|for)) (?:the )?(?:ai|llm|assistant|agent|language model|copilot)|act as (?:an?|the) |pretend (?:to be|you)|system prompt|developer mode|jailbreak|(?:as|from) (?:your|the) (?:system|developer|administrator)|chatgpt|gpt-?\d|language model|ai (?:model|assistant|agent|chatbot)|an ai named|unfiltered ai|role-?play|stays? in character|do anything now)/i,
  ],
  [
    "gives new instructions",
    /\b(?:(?:new|real|actual|updated|important|following|additional|urgent)\s+(?:instructions?|task|objective|directive)s?\b(?=.{0,3}[:.!]|.{0,40}\b(?:you|must|please)\b)|important!{2,}|your (?:new |next |real |only )?(?:task|goal|job|objective|mission) is|you (?:must|should|need to|have to|will) (?:now|immediately|always|never|first|instead|only)\b|(?:please|kindly) (?:also )?(?:run|execute|send|delete|transfer|reply|respond|approve|call|invoke)\b|before (?:you )?(?:solv|answer|continu|proceed|do)\w*.{0,60}\b(?:please|first|must)\b)/i,
  ],
  [
    "imitates a role or tool result",
    /<\/?(?:system|assistant|user|human|tool[ -]?(?:result|use|call|response)s?|function[ -]?(?:result|call)s?|instructions?|information|information from \w+|documents?|untrusted\w*)\b[^>]{0,60}>|<\|[a-z ]{2,30}\|>|\[\/?INST\]|<<\/?SYS>>|(?:^|\n|\\n)\s{0,8}(?:#{1,4}\s*)?(?:system|assistant|human)\s{0,3}(?:message|instruction|prompt)?:\s|"role"\s*:\s*"(?:system|assistant|tool)"|"?tool ?use ?id"?\s*[:=]|\b(?:begin|end) (?:of )?(?:system|tool|untrusted|log|user) (?:prompt|output|result|data|input)/i,
  ],
  [
    "claims an approval or authority",
    /\b(?:(?:pre-?approved|already approved|approval (?:is )?(?:granted|not (?:needed|required))|no approval (?:needed|required)|(?:skip|bypass|without|disable) (?:the )?(?:approval|confirmation|human|safety|guard ?rails?|verification))\b|authori[sz]ed by (?:the )?(?:admin|administrator|cto|ceo|security|sre|on-?call|owner|operator)|(?:admin|operator|root) override)/i,
  ],
  [
    "asks to hide or send something",
    /\b(?:(?:do not|don't|never) (?:tell|inform|notify|mention|reveal|alert|report)\b.{0,40}\b(?:user|human|operator|anyone|this|team)|(?:send|post|forward|email|exfiltrate|upload|leak|reveal|print|show|repeat|output)\b.{0,60}\b(?:secrets?|credentials?|api keys?|passwords?|(?:system )?prompt|environment variables|instructions)\b)/i,
  ],
  [
    "asks for a command or tool call",
    /\b(?:(?:execute|run|issue|invoke|call|use) (?:the |this |these |following |tool |function |command |shell )+(?:following |command|commands|tool|function|script|code)|(?:recommended|required|correct|approved) (?:action|remediation|fix|step)s?\s*(?:is|:)\s*.{0,60}\b(?:delete|terminate|stop|disable|drop|rm|run|restart|reboot|call)\b|curl\s+\S+\s*\|\s*(?:ba|z)?sh\b|rm -rf \/)/i,
  ],
  [
    "asks something of its reader",
    /^\s*(?:please|kindly)\b(?:\s+\S+){5,}|\byour (?:answers?|repl(?:y|ies)|responses?|solution|codebase|implementation|elucidation|summary|conclusion|algorithm|initial instructions)\b|\b(?:following|below|subsequent) code (?:block|snippet|section|excerpt)s?\b|\binstructions you (?:have been|were) given\b/i,
  ],
  [
    "gives an order about people's things",
    /(?:^|[.:!\]]\s+)(?:Send|Transfer|Delete|Forward|Share|Get|Change|Reset|Grant|Email|Give|Add|Show|Provide|Create|Make|Invite|Reserve)\b.{0,120}\b(?:the user(?:'s)?|my|me|us)\b/,
  ],
  ["forges a finding id", /\[[\w-]+-c\d+\]/],
  [
    "hides text in invisible characters",
    /[\u{e0000}-\u{e007f}]|[\u202a-\u202e\u2066-\u2069]|[\u200b-\u200d\u2060]{3,}/u,
  ],
];
