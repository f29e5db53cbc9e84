/** A file of its own, so that a bundle takes this one provider from the package and not the dozen others. */
export { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
