// What the intake judges signatures by.
export { verifySignature } from '#codecs/x509';
