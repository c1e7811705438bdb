/** The dashboards that the folder {@code grafana/} holds, as code: the JSON is made from here. */
@NullMarked
package org.consultrelay.relay.grafana;

import org.jspecify.annotations.NullMarked;
