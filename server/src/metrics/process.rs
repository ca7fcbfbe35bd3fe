//! What this process takes of the machine, under the names that every Prometheus dashboard knows.

use nix::sys::resource::Resource;
use nix::sys::resource::getrlimit;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use prometheus_client::registry::Unit;
use sysinfo::ProcessRefreshKind;
use sysinfo::ProcessesToUpdate;
use sysinfo::System;
use sysinfo::get_current_pid;

pub(super) fn register(registry: &mut Registry) {
    let registry = registry.sub_registry_with_prefix("process");
    if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
        // One of them is the folder that is being read.
        let open = entries.count().saturating_sub(1);
        registry.register("open_fds", "Open files and connections", ConstGauge::new(open));
    }
    if let Ok((most, _)) = getrlimit(Resource::RLIMIT_NOFILE) {
        registry.register("max_fds", "How many may be open", ConstGauge::new(most));
    }
    let Ok(pid) = get_current_pid() else { return };
    let mut system = System::new();
    let kind = ProcessRefreshKind::nothing().with_memory().with_cpu();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
    let Some(process) = system.process(pid) else { return };
    let cpu = std::time::Duration::from_millis(process.accumulated_cpu_time()).as_secs_f64();
    registry.register_with_unit("cpu", "Time on processors", Unit::Seconds, ConstCounter::new(cpu));
    let (resident, virtual_memory) = (process.memory(), process.virtual_memory());
    registry.register_with_unit("resident_memory", "Memory in use", Unit::Bytes, ConstGauge::new(resident));
    registry.register_with_unit("virtual_memory", "Address space", Unit::Bytes, ConstGauge::new(virtual_memory));
    let started = process.start_time();
    let help = "When the process began, since 1970-01-01 UTC";
    registry.register_with_unit("start_time", help, Unit::Seconds, ConstGauge::new(started));
}
