//! Options that do not go together, however they are given: by flag, variable or file.

use super::options::ServeOptions;
use crate::failure::Failure;

/// Refuses what would be ignored beside tenants, a demo that could reach real customers, and a cluster without a secret.
///
/// # Errors
///
/// A [`Failure`] with the code `config/refused`, `demo/refused` or `secret/shared`.
pub(super) fn check(options: &ServeOptions) -> Result<(), Failure> {
    let secret = std::env::var_os("ENDCAP_SECRET").is_some();
    if !options.tenants.is_empty() {
        let of_each = [
            ("packs", options.packs.is_some()),
            ("secret-file", options.secret_file.is_some()),
            ("key-file", options.key_file.is_some()),
            ("allow-origin", !options.allow_origins.is_empty()),
            ("train-every", options.train_every.is_some()),
            ("demo", options.demo),
        ];
        let given = of_each.iter().find(|(_, given)| *given);
        if let Some((name, _)) = given {
            let variable = name.to_uppercase().replace('-', "_");
            return Err(for_tenants(&format!("--{name} (ENDCAP_{variable})")));
        }
        if secret {
            return Err(for_tenants("ENDCAP_SECRET"));
        }
    }
    if options.demo {
        check_demo(options, secret)?;
    }
    // Servers that start together on an empty cluster would each draw one, and no customer of one would be found by another.
    let given = secret || options.secret_file.is_some() || !options.tenants.is_empty();
    let kept = options.data.join(super::SECRET);
    if !options.cluster.is_empty() && !given && !kept.try_exists().unwrap_or(false) {
        return Err(Failure::rejected(
            "secret/shared",
            "the servers of a cluster need one secret, and none is given",
        )
        .help("create one with `openssl rand -hex 32`, and give it to each with --secret-file or ENDCAP_SECRET"));
    }
    Ok(())
}

fn for_tenants(given: &str) -> Failure {
    Failure::usage(
        "config/refused",
        format!("{given} is given beside [[tenant]], where it holds for no shop"),
    )
    .help("take it away; what a tenant can have of its own stands in its [[tenant]], see docs/server.md")
}

/// Whoever reaches a demo is signed in as any customer.
fn check_demo(options: &ServeOptions, secret: bool) -> Result<(), Failure> {
    let refused =
        |reason: String, help: &str| Err(Failure::usage("demo/refused", reason).help(help));
    if !options.listen.ip().to_canonical().is_loopback() {
        return refused(
            format!(
                "--demo signs anybody in as any customer, and {} can be reached from other machines",
                options.listen
            ),
            "listen on 127.0.0.1 or [::1], or start without --demo",
        );
    }
    let real = [
        ("--secret-file", options.secret_file.is_some()),
        ("ENDCAP_SECRET", secret),
        ("--key-file", options.key_file.is_some()),
        ("--cluster", !options.cluster.is_empty()),
    ];
    if let Some((name, _)) = real.iter().find(|(_, given)| *given) {
        return refused(
            format!("--demo signs anybody in as any customer, and {name} names a real shop's"),
            "start without it: a demo draws a secret of its own and keeps it in DATA/secret.demo",
        );
    }
    let secret = options.data.join(super::SECRET);
    if secret.try_exists().unwrap_or(true) {
        return refused(
            format!(
                "--demo signs anybody in as any customer, and {} belongs to a real shop",
                secret.display()
            ),
            "give the demo a data folder of its own with --data",
        );
    }
    Ok(())
}
