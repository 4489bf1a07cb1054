// Servlets of Dogtag's administration console: they change Dogtag's own configuration, and are only ever forwarded to.
export const consolePath =
  /^\/ca\/(?:acl|auths|caadmin|capolicy|caprofile|capublisher|jobsScheduler|log|registry|server|ug)$/;
