// Which library prints: JSS has changed its words between the releases of Dogtag.

/** `jss-4` under Dogtag 10.x, `jss-5` under 11.x: it puts a space after each comma in a name, and knows purposes of keys by name. */
export type PrintStyle = 'jss-4' | 'jss-5';
