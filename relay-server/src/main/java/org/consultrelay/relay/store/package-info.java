/** What must outlive a restart: undelivered webhooks and waiting rooms. */
@NullMarked
package org.consultrelay.relay.store;

import org.jspecify.annotations.NullMarked;
