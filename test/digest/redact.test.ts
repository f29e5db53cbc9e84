import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact } from "../../src/digest/redact.ts";

// Pieces are joined here so that no line of this file is itself a token a scanner would report.
const join = (...parts: readonly string[]) => parts.join("");
const secrets: readonly (readonly [kind: string, text: string, secret: string])[] = [
  ["aws-access-key", join("using key AKIA", "IOSFODNN7EXAMPLE for upload"), join("AKIA", "IOSFODNN7EXAMPLE")],
  ["aws-access-key", join("creds=ASIA", "ABCDEFGHIJKLMNOP"), join("ASIA", "ABCDEFGHIJKLMNOP")],
  ["aws-secret-key", join("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"), "bPxRfiCYEXAMPLEKEY"],
  ["aws-secret-key", join('"SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY"'), "bPxRfiCYEXAMPLEKEY"],
  [
    "jwt",
    join("auth eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
    "dozjgNry",
  ],
  ["slack-token", join("slack xoxb", "-123456789012-abcdefGHIJKL"), "abcdefGHIJKL"],
  [
    "slack-webhook",
    join("POST https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXXXXXXXXXX"),
    "B00000000",
  ],
  ["github-token", join("remote: ghp", "_abcdefghijklmnopqrstuvwxyz0123456789"), "qrstuvwxyz0123"],
  ["gitlab-token", join("clone with glpat", "-ABCdef0123456789ABCD"), "ABCdef0123456789ABCD"],
  ["stripe-key", join("charge with sk", "_live_4eC39HqLyjWDarjtT1zdp7dc"), "4eC39HqLyjWDarjtT1zdp7dc"],
  ["api-key", join("model key sk-ant", "-api03-abcdefghij0123456789XYZ"), "abcdefghij0123456789XYZ"],
  ["npm-token", join("npm", "_abcdefghijklmnopqrstuvwxyz0123456789"), "qrstuvwxyz0123"],
  ["google-key", join("maps AIza", "SyA1234567890abcdefghijklmnopqrstuvw"), "SyA1234567890"],
  [
    "private-key",
    "key:\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQ\nabc\n-----END RSA PRIVATE KEY-----\nend",
    "MIIEowIBAAKCAQ",
  ],
  ["private-key", "cut -----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk", "b3BlbnNzaC1rZXk"],
  ["url-password", "connecting to postgres://app:hunter2@db.internal:5432/orders", "hunter2"],
  ["url-password", "redis://:s3cr3t@cache:6379", "s3cr3t"],
  ["password", "login failed password=hunter2 user=bob", "hunter2"],
  ["password", '{"user":"bob","password":"correct horse"}', "correct"],
  ["password", "DB_PASSWORD: Tr0ub4dor&3", "Tr0ub4dor"],
  ["secret", "client_secret=8dyfuiRyq9vVc3RRr", "8dyfuiRyq9vVc3RRr"],
  ["secret", "x-api-key: 0123456789abcdef0123", "0123456789abcdef0123"],
  ["secret", "GET /cb?access_token=a1b2c3d4e5f6&x=1", "a1b2c3d4e5f6"],
  ["authorization", "Authorization: Bearer abc123def456ghi789", "abc123def456ghi789"],
  ["authorization", "sent header bearer abc123def456ghi789", "abc123def456ghi789"],
  ["cookie", "Cookie: sid=abcdef123456", "abcdef123456"],
  ["email", "mail to jane.doe+ops@example.co.uk bounced", "jane.doe"],
  ["card", "paid with 4111 1111 1111 1111 ok", "4111 1111"],
  ["card", "pan=5500005555555559 declined", "5500005555555559"],
  ["iban", "refund to DE89 3704 0044 0532 0130 00", "0532 0130"],
  ["ssn", "ssn 123-45-6789 on file", "123-45-6789"],
  ["phone", "called +49 170 1234567 twice", "1234567"],
  ["phone", "phone: (415) 555-2671", "555-2671"],
  ["url-password", "mysql://root:p%40ss/w0rd@10.0.0.1/x", "w0rd"],
  ["url-password", "redis://:s3cr3t@x@cache:6379", "t@x"],
  ["password", '{"user":"bob","password":"correct horse"}', "horse"],
  ["password", 'body {\\"password\\":\\"hunter2\\"}', "hunter2"],
  ["password", "backup --password hunter2 --host x", "hunter2"],
  ["password", "the new password is hunter2", "hunter2"],
  ["one-time-code", "your verification code is 481516", "481516"],
  ["cookie", "cookie: theme=dark; sid=Mo2IqTocLmZn4NhN; b=2", "Mo2IqTocLmZn4NhN"],
  ["secret", "PHPSESSID=mo2iqtoclmzn4nhnlv", "mo2iqtoclmzn4nhnlv"],
  ["secret", "SignedHeaders=host, Signature=06e841025a1941ff15b3d9657af6e964", "06e841025a"],
  ["vendor-token", join("vault hvs", ".CAESIJ8Ko4MfKy7IlJq9D9HhTxdV"), "8Ko4MfKy7I"],
  ["vendor-token", join("whsec", "_Qs6MuXsgPq3r8RlRpZBfVD6BpYzc"), "Qs6MuXsg"],
  ["vendor-token", join("shpat", "_06e841025a1941ff15b3d9657af6e964"), "06e841025a"],
  ["key-material", "MIIEpAIBAAKCAQEA8Ko4MfKy7IlJq9D9HhTxdVoTHgRuSziMiQq2Gm4x2Qp0D1Ir", "MIIEpAIB"],
];

const harmless: readonly string[] = [
  "GET /orders/1234 200 12ms from 10.0.0.1:443",
  "token expired for client 42",
  "password=null token: invalid secret=missing",
  "Failed password for root from 183.62.140.253 port 34100 ssh2",
  "Token: Token { kind: ContainerToken, service: 10.0.0.1:8080 }",
  "block blk_4111111111111112 is corrupt",
  "at 1733212345678901 ns since boot",
  "request 550e8400-e29b-41d4-a716-446655440000 done",
  "arn:aws:ssm:eu-west-1:123456789012:document/Restart",
  "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "Adding #1 tokens and #1 secret keys for NM use",
  "2026-11-23T10:00:00Z key=orders:42 value=7",
  "basic checks passed; bearer of bad news",
  "cloning git@github.com:org/repo.git",
  "http://host:8080/a@b",
  "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
  "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
  "exit code: 137, error code is 1045",
  "password is required",
];

describe("redaction", () => {
  it.each(secrets)("hides a %s in: %s", (kind, text, secret) => {
    const result = redact(text);
    expect(result.text).not.toContain(secret);
    expect(result.text).toContain(`[redacted-${kind}]`);
    expect(result.count).toBeGreaterThan(0);
  });

  it.each(harmless)("leaves alone: %s", (text) => {
    expect(redact(text)).toEqual({ text, count: 0 });
  });

  it("keeps what stands around a secret, so that the line still tells its story", () => {
    expect(redact("connect postgres://app:hunter2@db:5432 failed").text).toBe(
      "connect postgres://app:[redacted-url-password]@db:5432 failed",
    );
  });

  it("changes nothing when it is applied again", () => {
    const piece = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom(...secrets.map(([, text]) => text)));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const once = redact(pieces.join(" "));
        expect(redact(once.text)).toEqual({ text: once.text, count: 0 });
      }),
    );
  });

  it("ends in time on long hostile input", () => {
    for (const unit of ["a@", "password", "4111 ", "eyJ", "aws secret ", "://x:", "-----BEGIN ", "DE89 AAAA "]) {
      redact(unit.repeat(20_000 / unit.length));
    }
  });
});
