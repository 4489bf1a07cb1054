// Short forms for the descriptors that forms are made from.
import type { ValueDescriptor } from '../model/index.ts';

export function textDescriptor(description: string, defaultValue: string | null = null): ValueDescriptor {
  return { syntax: 'string', constraint: null, description, defaultValue };
}

export function textListDescriptor(description: string): ValueDescriptor {
  return { syntax: 'string_list', constraint: null, description, defaultValue: null };
}

export function readOnlyDescriptor(description: string): ValueDescriptor {
  return { syntax: 'string', constraint: 'readonly', description, defaultValue: null };
}

export function flagDescriptor(description: string, defaultValue: string | null = 'false'): ValueDescriptor {
  return { syntax: 'boolean', constraint: null, description, defaultValue };
}

export function integerDescriptor(description: string, defaultValue: string | null): ValueDescriptor {
  return { syntax: 'integer', constraint: null, description, defaultValue };
}

/** `choices` separated by commas. */
export function choiceDescriptor(choices: string, description: string, defaultValue: string | null): ValueDescriptor {
  return { syntax: 'choice', constraint: choices, description, defaultValue };
}

/** True, false or don't care, as constraints offer it. */
export function triStateDescriptor(description: string): ValueDescriptor {
  return choiceDescriptor('true,false,-', description, '-');
}

/** What an output shows; nobody edits it. */
export function outputDescriptor(syntax: string, description: string): ValueDescriptor {
  return { syntax, constraint: null, description, defaultValue: null };
}
