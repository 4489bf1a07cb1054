// A request body that cannot be taken. The message is for the client, in words that say nothing of this server's insides.

export class BodyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BodyError';
  }
}
