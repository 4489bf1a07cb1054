// What was learnt of the installation by asking its Dogtag, and is needed when it is gone.
export const installationFacts = {
  name: '0003-installation-facts',
  sql: `
    create table installation_fact (
      name text primary key,
      value text not null,
      learnt_at timestamptz not null
    );`,
};
