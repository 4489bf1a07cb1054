// PEM and base64, the texts in which certificates and requests travel.
export * from './pem.ts';
