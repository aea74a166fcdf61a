/** How servers that put themselves into the background are kept from it. */

/** By the name of the process, as the kernel cuts it to 15 characters. */
const ways: Readonly<Record<string, string>> = {
  apache2: "-D FOREGROUND",
  cron: "-f",
  dnsmasq: "--keep-in-foreground",
  exim4: "-bdf",
  haproxy: "-db",
  httpd: "-D FOREGROUND",
  keepalived: "--dont-fork",
  memcached: "no -d",
  mysqld: "no --daemonize",
  named: "-f",
  nginx: "-g 'daemon off;'",
  "php-fpm": "--nodaemonize",
  postgres: "run postgres itself, not pg_ctl start",
  "redis-server": "--daemonize no",
  rsyslogd: "-n",
  sshd: "-D",
  unbound: "-d",
  varnishd: "-F",
  vsftpd: "-obackground=NO",
};

/** `nginx` of `nginx: master`, `php-fpm` of `php-fpm8.2`. */
const programOf = (name: string): string => name.replace(/[:\s].*$/, "").replace(/[\d.]+$/, "");

const wayOf = (name: string): string | undefined => ways[name] ?? ways[programOf(name)];

/** What to do about a program that ended and left processes of these names: `keep it in the foreground (-g 'daemon off;')`. */
export const foregroundAdvice = (left: readonly string[]): string => {
  const way = left.map(wayOf).find((found) => found !== undefined);
  return way === undefined ? "keep it in the foreground" : `keep it in the foreground (${way})`;
};
