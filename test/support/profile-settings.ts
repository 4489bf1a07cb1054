// What profiles are told of an installation, for tests of profiles alone.
export const profileSettings = {
  timeZone: 'UTC',
  defaultOcspUrl: 'http://pki.example.test/ca/ocsp',
  subjectAltNameEntries: 4,
  peopleDn: null,
  runExternalCheck: null,
} as const;
