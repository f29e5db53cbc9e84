import { ownDocuments } from "../src/aws/documents.ts";
import { probeDocument, probeDocumentName } from "../src/probe/probes.ts";

/** The Automation documents that reviewed runbooks name, made from the same files that reviewers read; and the probes. */
export async function createDocuments(runbooks: string): Promise<void> {
  for (const { name, text } of await ownDocuments(runbooks)) {
    new aws.ssm.Document(name, { name, documentType: "Automation", documentFormat: "YAML", content: text });
  }
  const content = JSON.stringify(probeDocument());
  new aws.ssm.Document(probeDocumentName, {
    name: probeDocumentName,
    documentType: "Command",
    documentFormat: "JSON",
    content,
  });
}
