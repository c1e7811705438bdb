/** Real calls of two browsers over a bad network, and what the browsers say of them. */
@org.jspecify.annotations.NullMarked
package org.consultrelay.load.call;
