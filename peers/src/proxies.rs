//! What stands between a browser and a server: tinyproxy before the one, nginx before the other.

use std::{fs, path::Path};

use wasm_websocket_server::Identity;

use crate::{
    process::{free_port, Running},
    Failure,
};

const README: &str = include_str!("../../README.md");

/// A proxy that takes CONNECT; it logs to `proxy.log`.
pub(crate) async fn tinyproxy(folder: &Path) -> Result<(Running, u16), Failure> {
    let port = free_port().await?;
    let config = format!(
        "Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 600\nMaxClients 1000\n\
         LogLevel Connect\nLogFile \"{}\"\n",
        folder.join("proxy.log").display()
    );
    fs::write(folder.join("tinyproxy.conf"), config)?;
    let arguments = ["-d", "-c", "tinyproxy.conf"];
    let mut running = Running::start(folder, "tinyproxy", "tinyproxy", &arguments)?;
    running.listens(port).await?;
    Ok((running, port))
}

/// A reverse proxy, configured as README says.
pub(crate) struct Nginx {
    _running: Running,
    /// Without TLS, and with it, to the server that allows the tests' pages.
    pub(crate) plain: u16,
    pub(crate) tls: u16,
    /// To the one that doesn't.
    pub(crate) strict: u16,
}

impl Nginx {
    pub(crate) async fn start(
        folder: &Path,
        identity: &Identity,
        server: u16,
        strict_server: u16,
    ) -> Result<Self, Failure> {
        let (plain, tls, strict) = (free_port().await?, free_port().await?, free_port().await?);
        let (_, rest) = README
            .split_once("```nginx\n")
            .ok_or("README has no nginx")?;
        let (example, _) = rest.split_once("```").ok_or("README's nginx has no end")?;
        let both = format!("listen 127.0.0.1:{tls} ssl; listen 127.0.0.1:{plain};");
        let (shared, block) = example
            .split_once("server {")
            .ok_or("README's nginx has no server")?;
        let blocks = [
            as_here(block, identity, &both, server)?,
            as_here(
                block,
                identity,
                &format!("listen 127.0.0.1:{strict};"),
                strict_server,
            )?,
        ];
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path nginx-{name};\n"))
            .concat();
        let config = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\n\
             access_log nginx-access.log;\n{temporary}{shared}{}}}\n",
            blocks.concat()
        );
        fs::write(folder.join("nginx.conf"), config)?;
        let prefix = folder.display().to_string();
        let arguments = ["-p", &prefix, "-c", "nginx.conf", "-e", "stderr"];
        let mut running = Running::start(folder, "nginx", "nginx", &arguments)?;
        running.listens(plain).await?;
        Ok(Self {
            _running: running,
            plain,
            tls,
            strict,
        })
    }
}

/// README's server at other addresses, and less patient with a quiet connection.
fn as_here(block: &str, identity: &Identity, listen: &str, server: u16) -> Result<String, Failure> {
    let mut block = format!("server {{{block}");
    let quoted = |path: &Path| format!("\"{}\";", path.display());
    for (there, here) in [
        ("listen 443 ssl;", listen.to_owned()),
        ("/etc/ssl/example.org.pem;", quoted(&identity.certificate)),
        ("/etc/ssl/example.org.key;", quoted(&identity.key)),
        (
            "http://127.0.0.1:8080;",
            format!("http://127.0.0.1:{server};"),
        ),
        (
            "proxy_read_timeout 60s;",
            "proxy_read_timeout 2s;".to_owned(),
        ),
    ] {
        if block.matches(there).count() != 1 {
            return Err(format!("README's nginx doesn't say {there} once").into());
        }
        block = block.replace(there, &here);
    }
    Ok(block)
}
