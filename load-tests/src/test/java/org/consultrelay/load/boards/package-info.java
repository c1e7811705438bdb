/** The dashboards and alert rules of {@code grafana/}, asked against a relay that is loaded. */
package org.consultrelay.load.boards;
