// Packages that are loaded when a database is first used: the process that holds the keys has this part too, and is to hold nothing else.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

type Driver = typeof import('pg');
type QueryBuilder = typeof import('kysely');

/** The PostgreSQL driver. */
export const loadDriver = (): Driver => require('pg') as Driver;

/** 250 modules, which most programs never need. */
export const loadQueryBuilder = (): QueryBuilder => require('kysely') as QueryBuilder;
