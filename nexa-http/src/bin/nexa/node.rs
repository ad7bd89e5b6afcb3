//! `nexa node`: serves customers of a shop that runs elsewhere.

use super::{
    Stop,
    cli::{NodeOptions, ProxyOptions},
    compose,
    config::{Settings, refused},
    life::{Wish, bind, log, until},
    say,
};
use nexa_shadowsocks::{Node, Proxy, Settings as Serving};
use std::{
    net::{IpAddr, SocketAddr},
    process::ExitCode,
};
use tokio::sync::watch;

/// Where a node is steered when nothing else is said.
const CONTROL_PORT: u16 = 7443;

/// Serves until told to stop.
pub async fn serve(options: &NodeOptions) -> Result<ExitCode, Stop> {
    let mut wish = Wish::listen()?;
    let settings = Settings::load(options.config.as_deref(), &options.given())?;
    log(&settings.log, settings.log_json)?;
    compose::folder(&settings.data)?;
    let node =
        Node::open(settings.serving.clone(), compose::world(), &settings.data).map_err(Stop::broken)?;
    let listener = bind(&control(&settings).to_string()).await?;
    let at = listener.local_addr().map_err(Stop::broken)?;
    say(&about(&settings.serving));
    if let Some(warning) = node.health().warning.filter(|_| settings.serving.public_host.is_some()) {
        say(&format!("Note: {warning}."));
    }
    match node.trunk_link().map_err(Stop::broken)? {
        Some(link) if options.trunk_link => {
            say("Other nodes leave through this one with (a secret, for their NEXA_NODE_EXIT):");
            say(&format!("  {link}"));
        }
        Some(_) => {
            say("This node is an exit for others; `--trunk-link` prints the secret link that they need.");
        }
        None => {}
    }
    invite(&node, options, &settings.serving, at)?;
    let (stop, stopped) = watch::channel(false);
    let (serving, obeyed) = (node.clone(), node);
    #[expect(clippy::disallowed_methods, reason = "the composition root owns the node's task")]
    let running = tokio::spawn(async move { serving.run(until(stopped)).await });
    let ended = tokio::select! {
        () = wish.heard() => Ok(ExitCode::SUCCESS),
        broken = obeyed.obey(listener) => broken.map(|()| ExitCode::SUCCESS).map_err(Stop::broken),
    };
    tracing::info!("stopping");
    stop.send_replace(true);
    running.await.map_err(Stop::broken)?;
    ended
}

fn control(settings: &Settings) -> SocketAddr {
    settings.control.unwrap_or_else(|| {
        let open = settings.serving.public_host.is_some();
        SocketAddr::new(IpAddr::from(if open { [0, 0, 0, 0] } else { [127, 0, 0, 1] }), CONTROL_PORT)
    })
}

/// Says how a shop joins, while none has or when that is wished.
fn invite(node: &Node, options: &NodeOptions, serving: &Serving, at: SocketAddr) -> Result<(), Stop> {
    if node.has_shop() && !options.new_token {
        say(&format!("A shop steers this node, on port {}. `--new-token` lets another one join.", at.port()));
        return Ok(());
    }
    let host = serving.public_host.clone().unwrap_or_else(|| at.ip().to_string());
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let token = node.new_token(&format!("{host}:{}", at.port())).map_err(Stop::broken)?;
    say(
        "Give this token to your shop within a day; it works once, and then your shop alone steers this node:",
    );
    say(&format!("  {}", token.text()));
    say(
        "In the shop: POST /v1/admin/servers {\"kind\":\"shadowsocks\",\"name\":\"…\",\"config\":{\"join\":\"nxj_…\"}}",
    );
    Ok(())
}

/// Leads a SOCKS5 proxy through a link until told to stop.
pub async fn proxy(options: &ProxyOptions) -> Result<ExitCode, Stop> {
    let mut wish = Wish::listen()?;
    log("warn", false)?;
    let link = if options.link == "-" {
        std::io::read_to_string(std::io::stdin()).map_err(Stop::broken)?
    } else {
        options.link.clone()
    };
    // What a customer's link gives has a line for each server, and one that only says how much is left.
    let mut usable = link.lines().filter(|line| line.starts_with("ss://") && !line.contains("@127.0.0.1:1#"));
    let link = usable.next_back().unwrap_or(&link);
    let proxy = Proxy::new(link).map_err(|refusal| refused("nexa proxy", &refusal))?;
    let listener = bind(&options.listen).await?;
    let at = listener.local_addr().map_err(Stop::broken)?;
    say(&format!("Try it: curl --proxy socks5h://{at} https://example.com"));
    tokio::select! {
        () = wish.heard() => {}
        () = proxy.serve(listener) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// What the machine's owner must know about serving customers from it.
pub fn about(serving: &Serving) -> String {
    let ports = format!("{}-{}", serving.ports.start(), serving.ports.end());
    match &serving.public_host {
        None => format!(
            "This machine serves Shadowsocks to itself only, on ports {ports}. With --public-host ADDRESS it serves \
             customers."
        ),
        Some(host) => format!(
            "This machine serves Shadowsocks to customers at {host}, ports {ports} (TCP and UDP): open them in its \
             firewall. Whatever customers do on the Internet comes from this machine's address, so its provider may \
             hear complaints; mail ports and private addresses are refused (node_refused_ports, node_refused_networks)."
        ),
    }
}
