//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Sell VPN access: a shop with an API, on top of your panels and gateways.
#[derive(Parser)]
#[command(name = "nexa", version, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the shop: API, links, callbacks and the worker, in one process.
    Serve(ServeOptions),
    /// Work jobs off and speak through the bots for shops on a PostgreSQL server, without listening on an address.
    Worker(Options),
    /// Serve customers of a shop that runs on another machine.
    Node(NodeOptions),
    /// Try a link without an app: a SOCKS5 proxy on this machine that leads through it.
    Proxy(ProxyOptions),
    /// Run a shop of play money in memory, with a walk-through to paste.
    Demo(DemoOptions),
    /// Try every server and gateway, and say what to mend.
    Check(Options),
    /// Bring users, wallets and services over from another panel or bot. The shop must not be running meanwhile.
    Import(ImportOptions),
    /// Make a backup of the shop, running or not, and see whether it is good.
    Backup(BackupArgs),
    /// Put the shop back from a backup. It must not be running.
    Restore(RestoreArgs),
    /// Look after payments.
    #[command(subcommand)]
    Pay(PayCommand),
    /// Ask a running shop whether it is well: exit code 0 or 1.
    Health {
        /// What to ask.
        #[arg(value_name = "URL", default_value = "http://127.0.0.1:9464/health/live")]
        url: String,
    },
    /// Copy the shop to another database: from a file to a PostgreSQL server, or back. The shop must not be running
    /// meanwhile. Stopped at any moment and run again, it goes on where it was.
    Migrate(MigrateOptions),
    /// Look after the master key.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Print the OpenAPI document.
    Openapi,
}

/// From where to where the shop is copied.
#[derive(Args)]
pub struct MigrateOptions {
    /// Where it is: `sqlite:PATH` or `postgres://…`; the setting `migrate_from` when not given, so that no password stands on
    /// the command line, else the file in the data folder.
    #[arg(long, value_name = "PLACE")]
    pub from: Option<String>,
    /// Where it goes; the setting `migrate_to` when not given, else the setting `database`.
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Where the shop lives.
    #[command(flatten)]
    pub options: Options,
}

/// What to do with the master key.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Seal all that is sealed under a new key. The shop must not be running. Stopped at any moment and run again, it ends.
    Rotate(Options),
    /// Forget the key before, once everything is under the new one.
    Retire {
        /// Even though there are values that no key opens.
        #[arg(long)]
        leave_unreadable: bool,
        /// Where the shop lives.
        #[command(flatten)]
        options: Options,
    },
}

/// What to do with payments.
#[derive(Subcommand)]
pub enum PayCommand {
    /// Rehearse a payment at a gateway: everything but the money. The provider may list an unpaid invoice afterwards.
    Selftest {
        /// The gateway: its id, or its name or kind when only one has it.
        #[arg(value_name = "GATEWAY")]
        gateway: String,
        /// Where the shop lives.
        #[command(flatten)]
        options: Options,
    },
}

/// Where a backup goes.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BackupArgs {
    /// What else to do with backups.
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    /// A folder, or `s3://bucket/prefix`; by the settings when not given.
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Put the master key into it, too: then whoever can open it can read everything.
    #[arg(long)]
    pub with_key: bool,
    /// Where the shop lives.
    #[command(flatten)]
    pub options: Options,
}

/// What else to do with backups.
#[derive(Subcommand)]
pub enum BackupCommand {
    /// List those that are kept, the newest first.
    List {
        /// A folder, or `s3://bucket/prefix`; by the settings when not given.
        #[arg(long, value_name = "PLACE")]
        to: Option<String>,
        /// Where the shop lives.
        #[command(flatten)]
        options: Options,
    },
    /// Put one back into a scratch database and look through all of it.
    Verify {
        /// A file, `s3://bucket/prefix/NAME`, or `latest`.
        #[arg(value_name = "BACKUP")]
        from: String,
        /// The identity that opens it, as age-keygen wrote it.
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Where the shop lives.
        #[command(flatten)]
        options: Options,
    },
}

/// Which backup is put back.
#[derive(Args)]
pub struct RestoreArgs {
    /// A file, `s3://bucket/prefix/NAME`, or `latest`.
    #[arg(value_name = "BACKUP")]
    pub from: String,
    /// The identity that opens it, as age-keygen wrote it.
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// On a PostgreSQL server: also when the database there is not empty. It is kept as a schema beside.
    #[arg(long)]
    pub replace: bool,
    /// Where the shop lives.
    #[command(flatten)]
    pub options: Options,
}

/// What is brought over, and as what.
#[derive(Args)]
pub struct ImportOptions {
    /// From what: list (CSV), hiddify (the users of a server's panel), marzban, mirza or hiddify-bot.
    #[arg(value_name = "KIND")]
    pub kind: String,
    /// The list, database or dump; none for hiddify.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only say what it would come to.
    #[arg(long)]
    pub dry_run: bool,
    /// The plan that services get, by its id.
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<String>,
    /// A table of the plans that services get: in each line what theirs is called there, a comma, and the id of ours.
    #[arg(long, value_name = "FILE")]
    pub plans: Option<PathBuf>,
    /// What balances there are in: the code of the shop's currency, or toman. Without it no wallet is filled.
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Give services of nobody accounts with a number of their own; otherwise they stay where they are.
    #[arg(long)]
    pub anonymous: bool,
    /// The server whose panel's users are brought over, by its id, for hiddify.
    #[arg(long, value_name = "SERVER")]
    pub server: Option<String>,
    /// Only those users of it whose names have this in them.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The shop, by its id or name, where there are several.
    #[arg(long, value_name = "SHOP")]
    pub shop: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Where the shop lives.
    #[command(flatten)]
    pub options: Options,
}

/// Where the shop lives and how it is reached. Each can stand in `nexa.toml` or as `NEXA_*` too; what is given here wins.
#[derive(Args, Default)]
pub struct Options {
    /// The configuration file; `nexa.toml` in the working folder when it exists.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the database and the master key.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The address that customers know, e.g. `https://shop.example.org`.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// The address of this machine that customers' apps connect to; without it, only this machine is served.
    #[arg(long, value_name = "HOST")]
    pub public_host: Option<String>,
    /// A proxy in front of us speaks TLS, so listening on a public address is all right.
    #[arg(long)]
    pub behind_proxy: bool,
    /// A proxy whose `X-Forwarded-For` is believed; an address or a range. May be given several times.
    #[arg(long, value_name = "ADDRESS")]
    pub trusted_proxy: Vec<String>,
    /// What to log, e.g. `info` or `nexa_http=debug,info`.
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
    /// Where to tell metrics and health, e.g. `127.0.0.1:9464`; nowhere without it.
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<String>,
    /// That address may be another than 127.0.0.1, because only your own programs reach it.
    #[arg(long)]
    pub admin_public: bool,
}

/// How the shop is served.
#[derive(Args)]
pub struct ServeOptions {
    /// Leave jobs and bots' updates to other processes on the same PostgreSQL database.
    #[arg(long)]
    pub no_worker: bool,
    /// Where the shop lives.
    #[command(flatten)]
    pub options: Options,
}

impl ServeOptions {
    /// What was given, by the names of the configuration file.
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let mut given = self.options.given();
        given.extend(self.no_worker.then(|| ("worker", "false".to_owned())));
        given
    }
}

/// Where the node lives and how it is reached. All settings of nodes can stand in `nexa.toml` or as `NEXA_*` too.
#[derive(Args)]
pub struct NodeOptions {
    /// The configuration file; `nexa.toml` in the working folder when it exists.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the node's file.
    #[arg(long, value_name = "FOLDER", default_value = "nexa-node")]
    pub data: String,
    /// The address of this machine that the shop and customers' apps connect to.
    #[arg(long, value_name = "HOST")]
    pub public_host: Option<String>,
    /// Where the shop connects to; port 7443 of all addresses with a public host, else of this machine only.
    #[arg(long, value_name = "ADDRESS")]
    pub control: Option<String>,
    /// Print a new join token, for a shop that has lost the node or for another one. The last token is good no more.
    #[arg(long)]
    pub new_token: bool,
    /// Print the secret link by which other nodes leave through this one, if it is an exit.
    #[arg(long)]
    pub trunk_link: bool,
    /// What to log, e.g. `info`.
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
}

impl NodeOptions {
    /// What was given, by the names of the configuration file.
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let single =
            [("public_host", &self.public_host), ("node_control", &self.control), ("log", &self.log)];
        let given = single.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        given.chain([("data", self.data.clone())]).collect()
    }
}

/// Which link is tried.
#[derive(Args)]
pub struct ProxyOptions {
    /// An `ss://` link, as a customer's link gives it in its form `plain`; `-` reads it from standard input, where other
    /// users of this machine do not see it.
    #[arg(value_name = "LINK")]
    pub link: String,
    /// Where the proxy listens.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1080")]
    pub listen: String,
}

/// How the demo looks.
#[derive(Args)]
pub struct DemoOptions {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: String,
    /// The address to show in links, when it is another.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// The shop's language: `fa`, `en` or `ru`.
    #[arg(long, default_value = "en")]
    pub locale: String,
    /// Where to tell metrics and health, e.g. `127.0.0.1:9464`; nowhere without it.
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<std::net::SocketAddr>,
}

impl Options {
    /// What was given, by the names of the configuration file.
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let mut given = Vec::new();
        let single = [
            ("data", &self.data),
            ("listen", &self.listen),
            ("public_url", &self.public_url),
            ("public_host", &self.public_host),
            ("log", &self.log),
            ("admin", &self.admin),
        ];
        for (name, value) in single {
            given.extend(value.clone().map(|value| (name, value)));
        }
        if self.behind_proxy {
            given.push(("behind_proxy", "true".to_owned()));
        }
        if self.admin_public {
            given.push(("admin_public", "true".to_owned()));
        }
        if !self.trusted_proxy.is_empty() {
            given.push(("trusted_proxies", self.trusted_proxy.join(",")));
        }
        given
    }
}
