import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate with its private key, both PEM. */
export type Identity = { readonly certificate: string; readonly key: string };

export type Validity = { readonly from: number; readonly until: number };

/** A certificate authority of its own. Node signs but makes no X.509, so the few DER fields are written here. */
export function createAuthority(name: string, validity: Validity): Identity {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return identity({
    subject: name,
    issuer: name,
    validity,
    publicKey,
    signer: privateKey,
    key: privateKey,
    extensions: [isAuthority],
  });
}

/** A server certificate for `name` and for 127.0.0.1, signed by the authority; the validity may lie in the past. */
export function issueCertificate(
  authority: { readonly name: string; readonly key: KeyObject },
  name: string,
  validity: Validity,
): Identity {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return identity({
    subject: name,
    issuer: authority.name,
    validity,
    publicKey,
    signer: authority.key,
    key: privateKey,
    extensions: [alternativeNames(name)],
  });
}

function identity(fields: {
  readonly subject: string;
  readonly issuer: string;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
}): Identity {
  const toSign = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    distinguishedName(fields.issuer),
    sequence(time(fields.validity.from), time(fields.validity.until)),
    distinguishedName(fields.subject),
    createPublicKey(fields.publicKey.export({ type: "spki", format: "pem" })).export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...fields.extensions)),
  );
  const signature = sign("sha256", toSign, fields.signer);
  const der = sequence(toSign, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: fields.key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const identifier = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, "hex"));

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));

/** 2.5.4.3, common name, as UTF-8. */
const distinguishedName = (name: string): Buffer =>
  sequence(tagged(0x31, sequence(identifier("550403"), tagged(0x0c, Buffer.from(name, "utf8")))));

/** `YYYYMMDDHHMMSSZ`; the short form for the years that X.509 wants it for. */
function time(at: number): Buffer {
  const text = `${new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  return Number(text.slice(0, 4)) < 2050 ? tagged(0x17, Buffer.from(text.slice(2))) : tagged(0x18, Buffer.from(text));
}

/** 2.5.29.19, critical, CA:TRUE. */
const isAuthority = sequence(
  identifier("551d13"),
  tagged(0x01, Buffer.from([0xff])),
  tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))),
);

/** 2.5.29.17: a DNS name and the loopback address. */
const alternativeNames = (name: string): Buffer =>
  sequence(
    identifier("551d11"),
    tagged(0x04, sequence(tagged(0x82, Buffer.from(name)), tagged(0x87, Buffer.from([127, 0, 0, 1])))),
  );
